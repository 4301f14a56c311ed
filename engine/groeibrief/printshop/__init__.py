"""printshop"""
