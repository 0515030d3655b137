"""The settlement proof (结清证明) as a page to print and as plain text, in both languages."""

from daihou.desk.proof_of_settlement.page import proof_html, proof_text, write_proof

__all__ = ["proof_html", "proof_text", "write_proof"]
