"""The allocation assistant: a partial refund of a payment, split by a person over the payment's invoices."""
