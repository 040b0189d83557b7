package io.github.llamaspring.examples.supportchat.knowledge;

/**
 * A section of one of the shop's texts.
 *
 * @param topic what it is about; the same in every language
 * @param language ISO 639-1 code
 * @param title of the text
 * @param heading of the section
 * @param text of the section
 */
public record Passage(String topic, String language, String title, String heading, String text) {

	/**
	 * What people see as the source of an answer.
	 */
	public String name() {
		return this.title + " – " + this.heading;
	}

}
