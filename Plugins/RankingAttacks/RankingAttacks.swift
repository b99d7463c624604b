// RankingAttacks
