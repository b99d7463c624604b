// RankingDefenses
