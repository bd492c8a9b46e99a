import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.*;
import java.security.cert.*;
import java.util.*;

/**
 * OcspCheck ROOT ISSUING LEAF URL, or in place of the URL ROOTS_ANSWER ISSUINGS_ANSWER: path validation by RFC 5280, each
 * certificate's revocation by OCSP alone, asked there or as it stands in the files.
 */
public final class OcspCheck {
    private static X509Certificate certificate(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    public static void main(String[] arguments) throws Exception {
        X509Certificate issuing = certificate(arguments[1]), leaf = certificate(arguments[2]);
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(PKIXRevocationChecker.Option.NO_FALLBACK));
        if (arguments.length == 4)
            checker.setOcspResponder(new URI(arguments[3]));
        else
            checker.setOcspResponses(Map.of(issuing, Files.readAllBytes(Path.of(arguments[3])),
                                            leaf, Files.readAllBytes(Path.of(arguments[4]))));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(arguments[0]), null)));
        parameters.addCertPathChecker(checker);
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf, issuing));
        try {
            validator.validate(path, parameters);
            System.out.println("VALID");
        } catch (CertPathValidatorException refused) {
            System.out.println(refused.getReason() + ": " + refused.getMessage());
            System.exit(1);
        }
    }
}
