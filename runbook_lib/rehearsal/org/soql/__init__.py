"""The language SOQL: read into plain data, then answered as SQL that sees what its user may see."""
