"""Learning-rate schedules: how should the learning rate change during training?"""
