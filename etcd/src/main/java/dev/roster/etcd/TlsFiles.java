package dev.roster.etcd;

import dev.roster.StoreRefusedException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files that TLS uses.
 *
 * @param ca who signed the server's certificate, or null for whom the JVM trusts
 * @param certificate ours, or null if the server asks for none
 * @param key the private key to it, in PKCS 8
 */
record TlsFiles(@Nullable String ca, @Nullable String certificate, @Nullable String key) {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");

    /** Secret things are kept in memory under this, which nobody else sees. */
    private static final char[] NO_PASSWORD = {};

    /** What gRPC needs of it. */
    SslContext context() {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            String file = ca;
            if (file != null) {
                builder.trustManager(trusted(file));
            }
            String chain = certificate;
            String secret = key;
            if (chain != null && secret != null) {
                builder.keyManager(own(chain, secret));
            }
            return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
        } catch (GeneralSecurityException | SSLException e) {
            throw refused("it cannot be set up", e);
        }
    }

    private static TrustManagerFactory trusted(String file) throws GeneralSecurityException {
        KeyStore trusted = emptyStore();
        int number = 0;
        for (Certificate one : certificates("ca", file)) {
            trusted.setCertificateEntry("ca" + number++, one);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory;
    }

    private static KeyManagerFactory own(String chain, String secret)
            throws GeneralSecurityException {
        KeyStore own = emptyStore();
        own.setKeyEntry(
                "own",
                privateKey(secret),
                NO_PASSWORD,
                certificates("certificate", chain).toArray(Certificate[]::new));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, NO_PASSWORD);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, NO_PASSWORD);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    private static List<Certificate> certificates(String option, String file) {
        try {
            List<Certificate> found =
                    List.copyOf(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificates(
                                            new ByteArrayInputStream(content(option, file))));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            throw refused(
                    "the file of the option %s is no certificate: %s".formatted(option, file), e);
        }
        throw refused("the file of the option %s is empty: %s".formatted(option, file), null);
    }

    private static PrivateKey privateKey(String file) throws GeneralSecurityException {
        String text = new String(content("key", file), StandardCharsets.US_ASCII);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw refused(
                    "the file of the option key is no private key in PKCS 8 (make one with: openssl pkcs8 -topk8 -nocrypt): "
                            + file,
                    null);
        }
        byte[] encoded =
                Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // Another kind, then.
            }
        }
        throw refused("the file of the option key is no RSA, EC or EdDSA key: " + file, null);
    }

    private static byte[] content(String option, String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw refused(
                    "the file of the option %s cannot be read: %s".formatted(option, file), e);
        }
    }

    private static StoreRefusedException refused(String why, @Nullable Exception cause) {
        String message = "The etcd store cannot use TLS: " + why + ".";
        return cause == null
                ? new StoreRefusedException(message)
                : new StoreRefusedException(message, cause);
    }
}
