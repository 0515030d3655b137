"""A book of real Taiwanese credit cards (真实信用卡), six statements of 2005."""
