"""The tables of escalations, and the guards that let only a decision end one."""
