"""Charts: dataframes in, figures out. Interactive ones are plotly's, those for print (charts.print) matplotlib's."""
