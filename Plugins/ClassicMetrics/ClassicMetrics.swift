// ClassicMetrics
