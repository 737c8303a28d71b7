"""The house style of every chart: new axes and colours, titles and labels, marks, numbers for people."""
