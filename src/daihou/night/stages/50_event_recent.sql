-- The events that signals read, of the last 24 months: few rows, kept once for every reader.
SELECT customer_id, account_id, kind, happened_on, value_bp
FROM known_external_event
WHERE happened_on > :two_years_ago
  AND kind IN (
    'auto_debit_failed', 'guarantor_unwilling', 'contact_failed', 'contact_reached', 'job_changed',
    'job_lost', 'income_down', 'income_up', 'assets_down', 'health_down', 'inspection_refused',
    'lawsuit_defendant', 'enforced', 'dishonest_debtor', 'tax_return_missed', 'utilities_use',
    'legal_representative_changed', 'sales_ratio'
  )
