package io.github.llamaspring.guard.audit;

/**
 * A text that only who has the key can read.
 *
 * @param keyId names the key
 * @param data base64 of a nonce of 12 bytes and the text in AES-256-GCM with its tag
 */
public record EncryptedText(String keyId, String data) {
}
