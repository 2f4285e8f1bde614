"""A Sphinx extension that finds Chinese words, which no spaces separate, beside the English ones.

A run of Chinese characters is kept as its characters and its pairs of neighbors; what a reader types is cut into
pairs, too, and a page is found that has all of them. 学习率 is 学习 and 习率. No dictionary of words is needed, and
the search works from a folder as before. A method is found under its name with and without 法: 梯度下降法, 梯度下降.
"""

import re

from sphinx.search.en import SearchEnglish

RUN = re.compile(r"[\u3400-\u9fff]+")
# The words of a query in the browser: those of Sphinx, and the pairs of a run, or a character that stands alone.
SPLIT_QUERY = r"""
var splitQuery = (query) =>
  query
    .split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+|([\u3400-\u9fff]+)/gu)
    .filter((term) => term)
    .map((term) => term.replace(/^([\u3400-\u9fff]{2,}?)算?法$/, "$1"))
    .flatMap((term) =>
      /^[\u3400-\u9fff]{2,}$/.test(term) ? [...term].slice(1).map((one, place) => term[place] + one) : [term],
    );
"""


def setup(app):
    app.add_search_language(SearchEnglishAndChinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


class SearchEnglishAndChinese(SearchEnglish):
    """Sphinx's English search, with Chinese words in the text and in the query."""

    js_splitter_code = SPLIT_QUERY

    def split(self, text):
        """Return the words of a text."""
        runs = RUN.findall(text)
        pairs = [run[place : place + 2] for run in runs for place in range(len(run) - 1)]
        return super().split(RUN.sub(" ", text)) + pairs + [one for run in runs for one in run]
