"""What goes into the prompt besides what was typed: values of the notebook and attachments."""
