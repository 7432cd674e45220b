"""Pages of the exchange: who is connected and how well, what waits in quarantine, what nodes disagree on."""
