// DecisionAttacks
