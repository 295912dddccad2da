"""Reading all people of an org, and those in Marketo, into Parquet files of the workspace."""
