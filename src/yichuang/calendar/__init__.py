"""Working days: which days count in China, when a centre is open, and what a year's notice said."""
