package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.guard.audit.AuditOptions;
import io.github.llamaspring.guard.audit.TextCipher;
import org.jspecify.annotations.Nullable;

/**
 * What the properties under {@code llama.guard.audit} say of texts and keys.
 */
final class AuditSettings {

	private AuditSettings() {
	}

	/**
	 * With a key hashes are the same after a restart; without one the process makes its
	 * own.
	 */
	static AuditOptions options(LlamaProperties.Audit audit) {
		TextCipher cipher = cipher(audit);
		if (cipher == null) {
			return AuditOptions.contentFree();
		}
		return (audit.content() == LlamaProperties.AuditContent.ENCRYPTED) ? AuditOptions.encrypted(cipher)
				: new AuditOptions(cipher.hashes(), null);
	}

	/**
	 * What encrypts feedback; null where nothing does.
	 */
	static @Nullable TextCipher ofFeedback(LlamaProperties.Guard guard) {
		Boolean encrypt = guard.feedback().encrypt();
		TextCipher cipher = cipher(guard.audit());
		if (Boolean.TRUE.equals(encrypt) && cipher == null) {
			throw new IllegalArgumentException("llama.guard.feedback.encrypt is true, but there is no "
					+ "llama.guard.audit.key: set it to what openssl rand -base64 32 prints");
		}
		return Boolean.FALSE.equals(encrypt) ? null : cipher;
	}

	/**
	 * Null without a key.
	 */
	static @Nullable TextCipher cipher(LlamaProperties.Audit audit) {
		String key = audit.key();
		if (key == null || key.isBlank()) {
			if (audit.content() == LlamaProperties.AuditContent.ENCRYPTED) {
				throw new IllegalArgumentException("llama.guard.audit.content is encrypted, but there is no "
						+ "llama.guard.audit.key: set it to what openssl rand -base64 32 prints");
			}
			return null;
		}
		return TextCipher.of(audit.keyId(), key);
	}

}
