-- What is taken away is made while it is sent: nothing of it was ever kept.
DROP TABLE exports;
