"""Judging: what dated evidence says of a claim, computed where it can be, read where it must be."""

from pipeline.judging.verdict import judge, judge_given

__all__ = ["judge", "judge_given"]
