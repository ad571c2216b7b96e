"""What tests share: interpreters, debuggees, clients.  Each part has one purpose and a test of its own."""
