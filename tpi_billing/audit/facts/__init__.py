"""`claim_facts` as files, for more claims than one ledger holds, and the engines that read them."""
