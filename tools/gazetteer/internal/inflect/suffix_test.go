package inflect

import (
	"slices"
	"strings"
	"testing"
)

func TestSuffixes(t *testing.T) {
	for _, c := range []struct {
		language func(string) []string
		name     string
		want     string
	}{
		{Kyrgyz, "Бишкек", "Бишкекте Бишкектен Бишкекке Бишкектин Бишкекти"},
		{Kyrgyz, "Ош", "Ошто Оштон Ошко Оштун Ошту"},
		{Kyrgyz, "Нарын", "Нарында Нарындан Нарынга Нарындын"},
		{Kyrgyz, "Баткен", "Баткенде Баткенден Баткенге"},
		{Kyrgyz, "Көк-Таш", "Көк-Ташта Көк-Таштан"},
		{Kyrgyz, "Өзгөн", "Өзгөндө Өзгөндөн Өзгөнгө"},
		{Kazakh, "Алматы", "Алматыда Алматыдан Алматыға Алматының"},
		{Kazakh, "Шымкент", "Шымкентте Шымкенттен Шымкентке"},
		{Kazakh, "Ақтау", "Ақтауда Ақтауға"},
		{Uzbek, "Toshkent", "Toshkentda Toshkentdan Toshkentga Toshkentning"},
		{Uzbek, "Qarshi", "Qarshida Qarshiga"},
		{Uzbek, "Chirchiq", "Chirchiqqa Chirchiqda"},
	} {
		got := c.language(c.name)
		for _, form := range strings.Fields(c.want) {
			if !slices.Contains(got, form) {
				t.Errorf("%s: %q, without %q", c.name, got, form)
			}
		}
	}
}

func TestSuffixesOfNoName(t *testing.T) {
	for _, got := range [][]string{Kyrgyz("К"), Kazakh("Тв"), Kyrgyz("Osh"), Uzbek("Um"), Kazakh("")} {
		if len(got) != 0 {
			t.Errorf("got %q, want none", got)
		}
	}
}
