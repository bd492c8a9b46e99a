import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.*;
import java.util.*;

/** PkixCheck ROOT ISSUING ROOT_CRL ISSUING_CRL LEAF: path validation by RFC 5280 with revocation of every tier. */
public final class PkixCheck {
    private static final CertificateFactory FACTORY;
    static {
        try {
            FACTORY = CertificateFactory.getInstance("X.509");
        } catch (CertificateException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static X509Certificate certificate(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (X509Certificate) FACTORY.generateCertificate(in);
        }
    }

    private static X509CRL crl(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return (X509CRL) FACTORY.generateCRL(in);
        }
    }

    public static void main(String[] arguments) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(arguments[0]), null)));
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(List.of(crl(arguments[2]), crl(arguments[3])))));
        CertPath path = FACTORY.generateCertPath(List.of(certificate(arguments[4]), certificate(arguments[1])));
        try {
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            System.out.println("VALID");
        } catch (CertPathValidatorException refused) {
            System.out.println(refused.getReason() + ": " + refused.getMessage());
            System.exit(1);
        }
    }
}
