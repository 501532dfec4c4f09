-- Whether somebody other than the person vouched for the email: who added them, or a provider that verified it. Only then may
-- another way of signing in find the person by it.
ALTER TABLE people ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 0;
