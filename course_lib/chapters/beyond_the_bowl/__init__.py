"""How far to go where no bowl is known: the descent lemma, backtracking, Newton's step, and other norms."""
