"""Notices: tells - messages to the applicant, in the site, by e-mail, by SMS."""
