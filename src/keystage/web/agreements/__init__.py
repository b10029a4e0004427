"""What an authority agrees with schools about monitoring and moderation."""
