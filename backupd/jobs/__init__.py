"""What the service does by itself beside watching: one module for each job, offering one `JOB`; nothing lists them."""
