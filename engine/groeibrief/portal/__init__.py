"""The web portal: pages for municipalities, analysts and the public (extra ``web``). Routes and pages, no rules."""
