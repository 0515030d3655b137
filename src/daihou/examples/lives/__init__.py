"""Hidden credit lives (模拟征信人生) of the simulated bank's customers at other lenders."""
