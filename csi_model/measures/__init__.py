"""The field's other measures, straight from answers: rates, scores, AHP, ladders, Kano, loyalty, value."""
