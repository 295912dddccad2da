"""Forms: views of plain Python models. A model can be used without a screen; headless no widget is ever
built."""
