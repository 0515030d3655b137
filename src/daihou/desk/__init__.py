"""What people look at: the report page, exports and terminal views of published nights."""
