package io.github.llamaspring.guard.answer;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something a text states that can be looked up in another.
 */
sealed interface Fact {

	int start();

	int end();

	/**
	 * A number.
	 *
	 * @param values what it may mean ("1.299" is two things)
	 * @param unit null without one
	 */
	record Quantity(List<Double> values, FactWords.@Nullable Unit unit, int start, int end) implements Fact {
	}

	/**
	 * A number that is a name: of an order, a version, a telephone.
	 */
	record Code(String squeezed, int start, int end) implements Fact {
	}

	/**
	 * A date.
	 *
	 * @param readings what it may mean ("5/3" is two things)
	 */
	record Date(List<Day> readings, int start, int end) implements Fact {
	}

	/**
	 * A time of day.
	 *
	 * @param minutes of the day it may mean
	 */
	record Time(List<Integer> minutes, int start, int end) implements Fact {
	}

	/**
	 * A name.
	 *
	 * @param words folded; those that must be known
	 */
	record Name(List<String> words, int start, int end) implements Fact {
	}

	/**
	 * A day of the calendar; parts that are not said are 0.
	 */
	record Day(int year, int month, int day) {

		boolean isPossible() {
			return this.month >= 1 && this.month <= 12 && this.day <= 31 && (this.year == 0 || this.year >= 1000);
		}

	}

}
