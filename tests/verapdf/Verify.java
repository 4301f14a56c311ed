import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Validates many files in one process. Each line of standard input is a flavour, a tab and a path; each is answered by
 * its line number, a tab and a verdict: "ok", or one line per finding, and last "end". A SEVERE log line is a finding.
 */
public final class Verify {
  private static final int MOST_FAILURES = 200;

  public static void main(String[] arguments) throws Exception {
    List<String> severe = new ArrayList<>();
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    root.addHandler(new Handler() {
      @Override public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) severe.add(entry.getMessage());
      }
      @Override public void flush() { }
      @Override public void close() { }
    });
    VeraGreenfieldFoundryProvider.initialise();
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    for (int number = 1; (line = asked.readLine()) != null; number++) {
      String[] parts = line.split("\t", 2);
      PDFAFlavour flavour = PDFAFlavour.byFlavourId(parts[0]);
      if (flavour == PDFAFlavour.NO_FLAVOUR) throw new IllegalArgumentException(parts[0]);
      severe.clear();
      List<String> findings = new ArrayList<>();
      try (InputStream stream = new FileInputStream(parts[1]);
          PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour);
          PDFAValidator validator =
              Foundries.defaultInstance().createValidator(flavour, MOST_FAILURES, true, false, false)) {
        ValidationResult result = validator.validate(parser);
        for (TestAssertion assertion : result.getTestAssertions()) {
          if (assertion.getStatus() == TestAssertion.Status.FAILED) {
            findings.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber() + " "
                + assertion.getMessage() + " " + assertion.getLocation().getContext());
          }
        }
        if (findings.isEmpty() && !result.isCompliant()) findings.add("not compliant");
        if (result.getTotalAssertions() == 0) findings.add("nothing was checked");
      } catch (Exception error) {
        findings.add("cannot be read: " + error);
      }
      findings.addAll(severe);
      for (String finding : findings) System.out.println(number + "\t" + finding.replaceAll("\\s+", " "));
      if (findings.isEmpty()) System.out.println(number + "\tok");
    }
    System.out.println("end");
  }
}
