"""The mark sheet: entering, checking, signing, printing, and files of it in and out."""
