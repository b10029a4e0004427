"""The gateway: files received from schools, checked, submitted by a second person, receipted."""
