// Een voorwaarde die gekozen wordt, toont meteen haar velden; zonder dit doet de knop 'Werk bij' hetzelfde.
document.addEventListener("change", (gebeurtenis) => {
  if (gebeurtenis.target.matches("select[name$='-over'], select[name='eenheid']")) {
    document.querySelector("button[value='werk-bij']").click();
  }
});
