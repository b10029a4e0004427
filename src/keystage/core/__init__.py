"""What every room shares: errors that speak to people, and the subjects of key stage 2."""
