"""What must hold: each rule one function under the statement it enforces. The auditor's room."""
