//! What makes a request durable before it is sent: framed append-only files, one writer per worker.
