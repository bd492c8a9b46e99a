import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.security.cert.*;
import java.util.*;

/** PkixOcsp ROOT ISSUING URL LEAF: path validation by RFC 5280, each certificate's revocation asked by OCSP alone. */
public final class PkixOcsp {
    private static X509Certificate certificate(CertificateFactory factory, String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (X509Certificate) factory.generateCertificate(in);
        }
    }

    public static void main(String[] arguments) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate root = certificate(factory, arguments[0]), issuing = certificate(factory, arguments[1]);
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOcspResponder(new URI(arguments[2]));
        checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.addCertPathChecker(checker);
        CertPath path = factory.generateCertPath(List.of(certificate(factory, arguments[3]), issuing));
        try {
            validator.validate(path, parameters);
            System.out.println("VALID");
        } catch (CertPathValidatorException refused) {
            System.out.println(refused.getReason() + ": " + refused.getMessage());
            System.exit(1);
        }
    }
}
