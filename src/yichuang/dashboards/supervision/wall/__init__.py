"""The wall screen: what supervision sees now, on one dark screen that nobody touches for a day."""
