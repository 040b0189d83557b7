package io.github.llamaspring.guard.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Judges each finished sentence of a text that is being written. No text waits for it:
 * what it finds acts from there on. Belongs to one stream; called by one thread at a
 * time, sentence after sentence.
 */
public interface SentenceScorer {

	/**
	 * Its name, such as {@code heads}; the policy's settings of that name apply to what
	 * it finds.
	 */
	String family();

	/**
	 * Takes the next sentence and must not wait. A future that is done at once acts right
	 * behind the sentence, however the text is cut; one that is not acts when the next
	 * piece comes, and the end of the stream waits for it.
	 * @return what was found, by its place in {@link Sentence#text()}
	 */
	CompletableFuture<List<Scan.Hit>> score(Sentence sentence);

}
